# METADATA
# title: Known images print their logs
# description: |
#   A volume is mounted over the log folder of a known image. The links to standard output that stand there are
#   hidden, and the logs go to files that nobody collects.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/cluster-administration/logging/
#     description: Logging architecture
#   - ref: https://docs.docker.com/engine/logging/
#     description: Logs of the official images
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     An emptyDir for logs was added to nginx "so that they are not lost". From then on they were in no log
#     search, and were lost with every pod.
#   messages: []
#   params:
#     folders:
#       description: |
#         Log folders by the name of the Docker official image that has them.
#       default: {httpd: /usr/local/apache2/logs, mariadb: /var/log/mysql, mongo: /var/log/mongodb, mysql: /var/log/mysql, nginx: /var/log/nginx, php: /var/log/apache2, rabbitmq: /var/log/rabbitmq, redis: /var/log/redis, tomcat: /usr/local/tomcat/logs}
#       schema: {type: object, additionalProperties: {type: string}}
package rules.logging.stdout

# METADATA
# description: One finding for each mount over such a folder.
# scope: document
finding contains {
	"path": mount.path,
	"data": {"volume": volume.name, "mountPath": mount.mountPath, "image": image.written},
} if {
	some volume in input.volumes
	not volume.kind in {"configMap", "downwardAPI", "projected", "secret"}
	some mount in volume.mounts
	some image in input.images
	image.pod == volume.pod
	image.container == mount.container
	some name, folder in data.params["logging/stdout"].folders
	image.name == $"docker.io/library/{name}"
	_covers(mount.mountPath, folder)
}

_covers(mounted, folder) if startswith($"{mounted}/", $"{folder}/")

_covers(mounted, folder) if startswith(folder, $"{mounted}/")
