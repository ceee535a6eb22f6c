"""/pegawai: names, forms of address, roles, leaving, and handing work over."""
