"""How long records and their history are kept: rules per record type, carried out by the product itself."""
