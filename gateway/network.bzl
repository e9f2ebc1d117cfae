"""What a test needs that gets packages: no sandbox, and the way to the network."""

NETWORK_TAGS = [
    "integration",
    "local",
    "requires-network",
]

# Where the network is behind something.
NETWORK_ENVIRONMENT = [
    "CARGO_HTTP_CAINFO",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "MAVEN_OPTS",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "PIP_CERT",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "SSL_CERT_FILE",
    "https_proxy",
    "http_proxy",
    "no_proxy",
]
