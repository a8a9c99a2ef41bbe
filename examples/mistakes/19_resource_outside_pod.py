# A secret is mounted into the pod of a container, and athena collects which ones by following fragments. A plain helper
# is not followed: decorate it with `@fragment`.

from athena_runtime import container, secret


def database_password() -> str:
    return secret("database", "password")  # error: [resource-outside-pod]


@container
def count_customers(table: str) -> int:
    return len(table) + len(database_password())
