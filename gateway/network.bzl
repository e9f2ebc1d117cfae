"""What a test needs that gets packages: no sandbox, and the way to the network."""

NETWORK_TAGS = [
    "integration",
    "local",
    "requires-network",
]

# Where the network is behind something.
NETWORK_ENVIRONMENT = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "PIP_CERT",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "https_proxy",
    "http_proxy",
    "no_proxy",
]
