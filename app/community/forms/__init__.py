"""The community's forms: names, labels and the shape of what is sent. What is allowed, the services say."""
