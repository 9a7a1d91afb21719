"""The database wrapper that Django loads for `ENGINE = "common.postgres_backend"`; `CLUSTER` names the folder,
`CLUSTER_OPTIONS` further settings of the server."""

from django.db.backends.postgresql import base

from common import postgres
from common.postgres_backend.client import DatabaseClient


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    @property
    def cluster(self) -> postgres.Cluster:
        options = self.settings_dict.get("CLUSTER_OPTIONS")
        return postgres.cluster(self.settings_dict["CLUSTER"], server_options=options)

    def get_connection_params(self):
        self.cluster.attach()
        parameters = super().get_connection_params()
        return {**parameters, **self.cluster.parameters(parameters["dbname"])}

    def get_new_connection(self, conn_params):
        """Connect; where the server has crashed meanwhile, start it and connect again."""
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            if not self.cluster.revive():
                raise
            return super().get_new_connection(conn_params)
