"""A volume that two steps share, and a secret that one of them reads (Argo's volumes-pvc and secrets)."""

from athena_runtime import EphemeralPvc, container, pvc, secret_opt, workflow

SCRATCH = EphemeralPvc(size="1Gi", access_modes=["ReadWriteOnce"])


@workflow
def share(text: str = "hello") -> str:
    written = write(text)
    return read(written)


@container
def write(text: str) -> str:
    file = pvc(SCRATCH) / "message.txt"
    file.write_text(text)
    return file.name


@container
def read(name: str) -> str:
    token = secret_opt("registry", "token")
    return f"{(pvc(SCRATCH) / name).read_text()}, {'known' if token else 'unknown'}"
