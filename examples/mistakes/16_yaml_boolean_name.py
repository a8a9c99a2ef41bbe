# Some YAML readers take the word `on` for `true`, and the parameter would be lost on the way to the cluster. athena
# offers to rename it everywhere.

from athena_runtime import container


@container
def switch_light(room: str, on: bool) -> None:  # error: [yaml-boolean-name]
    print(room, on)
