"""The faked world: Faker-driven, seeded, in memory. `factory` puts it together; nothing is imported before that."""
