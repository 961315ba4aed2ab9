"""The catalogue: services and bundles of services, quotes, and the agreements they become."""
