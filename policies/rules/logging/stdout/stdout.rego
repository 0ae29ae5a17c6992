# METADATA
# title: Known images print their logs
# description: |
#   A volume is mounted over the log folder of a known image. Links to standard output that stand there are hidden,
#   and the logs go to files that nobody collects.
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
#         Log folders by the name of the image that has them: the end of its reference, from whatever registry.
#       default: {apache/rocketmq: /home/rocketmq/logs, bitnami/apache: /opt/bitnami/apache/logs, bitnami/nginx: /opt/bitnami/nginx/logs, drupal: /var/log/apache2, jetbrains/teamcity-agent: /opt/buildagent/logs, jetbrains/teamcity-server: /opt/teamcity/logs, joomla: /var/log/apache2, kong: /usr/local/kong/logs, linuxserver/unifi-controller: /usr/lib/unifi/logs, mariadb: /var/log/mysql, mongo: /var/log/mongodb, mysql: /var/log/mysql, nacos/nacos-server: /home/nacos/logs, nextcloud: /var/log/apache2, nginx: /var/log/nginx, nginx-unprivileged: /var/log/nginx, openresty/openresty: /usr/local/openresty/nginx/logs, php: /var/log/apache2, phpmyadmin: /var/log/apache2, rabbitmq: /var/log/rabbitmq, redis: /var/log/redis, tomcat: /usr/local/tomcat/logs, ubi8/nginx-118: /var/log/nginx, ubi8/nginx-120: /var/log/nginx, ubi8/nginx-122: /var/log/nginx, ubi8/nginx-124: /var/log/nginx, ubi9/nginx-120: /var/log/nginx, ubi9/nginx-122: /var/log/nginx, ubi9/nginx-124: /var/log/nginx, ubi9/nginx-126: /var/log/nginx, wordpress: /var/log/apache2}
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
	endswith(image.name, $"/{name}")
	_covers(mount.mountPath, folder)
}

_covers(mounted, folder) if startswith($"{mounted}/", $"{folder}/")

_covers(mounted, folder) if startswith(folder, $"{mounted}/")
