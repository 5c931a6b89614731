"""Things on trial: how a provider is reached and asked."""
