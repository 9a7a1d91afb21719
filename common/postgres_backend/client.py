"""`manage.py dbshell` on the embedded cluster."""

import os

from django.db.backends.postgresql import client


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters):
        cluster = self.connection.cluster
        cluster.attach()
        named = cluster.parameters(self.connection.settings_dict["NAME"])
        self.connection.settings_dict |= {"HOST": named["host"], "PORT": named["port"], "USER": named["user"]}
        # The server's own psql, where it has one: the system may have none, or Debian's wrapper around none.
        os.environ["PATH"] = os.pathsep.join([str(cluster.programs()), os.environ.get("PATH", os.defpath)])
        super().runshell(parameters)
