# METADATA
# title: Claims take allowed storage classes
# description: |
#   A claim asks for a storage class that is not on the list. Without a list the rule says nothing.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/storage-classes/
#     description: Storage classes
#   - ref: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
#     description: Class of a claim
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A database was moved to the class with local disks, since it was fast. There were no backups of it, and
#     nobody knew until its node was gone.
#   messages: [default, other]
#   params:
#     classes:
#       description: |
#         Classes that claims may ask for.
#       default: []
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     default:
#       description: |
#         Whether a claim may leave the choice to the cluster's default.
#       default: true
#       schema: {type: boolean}
package rules.storage["class-allowlist"]

# METADATA
# description: One finding for each claim of another class.
# scope: document
finding contains {
	"path": $"{claim.path}/storageClassName",
	"messageId": "other",
	"data": {"claim": claim.name, "class": claim.storageClass},
} if {
	_params.classes != []
	some claim in input.claims
	claim.storageClass != ""
	not claim.storageClass in _params.classes
}

finding contains {
	"path": claim.path,
	"messageId": "default",
	"data": {"claim": claim.name},
} if {
	_params.classes != []
	not _params["default"]
	not input.partial
	some claim in input.claims
	not claim.storageClass
	not claim.storageClass == ""
}

_params := data.params["storage/class-allowlist"]
