"""Drives a stack through the Automation API, as a service written in Python would; prints what it saw as JSON."""

import json
import sys

import pulumi
from pulumi import automation as auto


class Thing(pulumi.CustomResource):
    def __init__(self, name, size):
        super().__init__("test:index:Thing", name, {"size": size})


def program():
    config = pulumi.Config()
    Thing("a", config.require_int("size"))
    pulumi.export("size", config.require_int("size"))
    pulumi.export("token", config.require_secret("token"))


def stack_settings(home):
    return auto.LocalWorkspaceOptions(pulumi_home=home)


def main(home, name):
    seen = {}
    stack = auto.create_stack(name, project_name="game", program=program, opts=stack_settings(home))
    stack.set_config("size", auto.ConfigValue("3"))
    stack.set_config("token", auto.ConfigValue("hush", secret=True))
    seen["preview"] = stack.preview().change_summary
    up = stack.up()
    seen["up"] = {"result": up.summary.result, "version": up.summary.version, "changes": up.summary.resource_changes}
    outputs = stack.outputs()
    seen["outputs"] = {key: [output.value, output.secret] for key, output in outputs.items()}
    seen["refresh"] = stack.refresh().summary.result
    exported = stack.export_stack()
    stack.import_stack(exported)
    seen["exported"] = len(exported.deployment["resources"])
    again = auto.select_stack(name, project_name="game", program=program, opts=stack_settings(home))
    again.refresh_config()
    seen["again"] = again.preview().change_summary
    seen["history"] = [[update.kind, update.result] for update in again.history()]
    seen["config"] = {key: [value.value, value.secret] for key, value in again.get_all_config().items()}
    seen["whoami"] = again.workspace.who_am_i().user
    seen["destroy"] = again.destroy().summary.result
    again.workspace.remove_stack(name)
    seen["left"] = [each.name for each in again.workspace.list_stacks()]
    print(json.dumps(seen))


main(sys.argv[1], sys.argv[2])
