"""Where the matter is: district, street, community and the rest of the address."""
