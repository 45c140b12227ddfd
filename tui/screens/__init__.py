"""Full-screen views and dialogs: they hold the state and call the services."""
