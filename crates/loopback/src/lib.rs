//! What the local worlds share: TLS and test CA, ready line, data folder, clock.
