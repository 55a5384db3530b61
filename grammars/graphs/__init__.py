"""Part graphs: labelled parts with boxes and how they hang together; grown by a grammar, exchanged between shapes."""
