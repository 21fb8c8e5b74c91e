"""The issuers of the small internet: who signs people and programs in, with codes and tokens as the real ones do."""
