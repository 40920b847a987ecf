"""What a person does about their own account: password, address, second factor, sessions."""
