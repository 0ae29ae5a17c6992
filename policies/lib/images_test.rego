package lib.images_test

import data.lib.images

test_container_is_named if {
	images.describe({"written": "web:1", "container": "web", "pod": 0}) == {"image": "web:1", "container": "web"}
}

test_volume_is_named if {
	images.describe({"written": "model:1", "volume": "model"}) == {"image": "model:1", "volume": "model"}
}
