"""What only this book needs of the subject, which is `hidden_layer`: the catalogue of the activations."""
