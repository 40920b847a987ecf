"""Who gets a lead that names no owner: rules in order, in turn, within what each can take."""
