"""Plans, subscriptions and invoices. Money comes with a later stretch; limits are in `tenants.entitlements`."""
