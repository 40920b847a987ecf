"""One module per subcommand of `crm-saas`; each defines a click object named `command`."""
