package studio

# Built: opa build -t wasm -e studio/deny -e studio/warn_names -e studio/stack_deny -e studio/violation -o bundle.tar.gz studio.rego data.json (OPA 1.22.2)

deny contains msg if {
	input.type == "aws:s3/bucket:Bucket"
	input.acl == "public-read"
	msg := sprintf("the bucket %s is open to the world", [input.__name])
}

deny contains "the zone is not one of ours" if {
	zone := input.availabilityZone
	not zone in data.studio.zones
}

violation contains {"msg": msg, "severity": "high"} if {
	input.type == "test:index:Thing"
	input.wrong == "violation"
	msg := "a violation with a severity"
}

warn_names contains "names begin with studio-" if {
	not startswith(input.__name, "studio-")
}

stack_deny contains msg if {
	count(input.resources) > data.studio.most
	msg := sprintf("the stack has %d resources", [count(input.resources)])
}
