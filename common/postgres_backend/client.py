"""`manage.py dbshell` on the embedded cluster."""

import os

from django.db.backends.postgresql import client


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters):
        cluster = self.connection.cluster
        cluster.attach()
        named = cluster.parameters(self.connection.settings_dict["NAME"])
        self.connection.settings_dict |= {"HOST": named["host"], "PORT": named["port"], "USER": named["user"]}
        # The server's own psql, where the system has none.
        os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), str(cluster.programs())])
        super().runshell(parameters)
