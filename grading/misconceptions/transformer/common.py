"""Lines of the reference's text that are replaced."""

ADD_AND_NORMALIZE = "return keras.layers.LayerNormalization()(keras.layers.Add()([z, new]))"
FEED_FORWARD = "return add_and_normalize(z, keras.layers.Dense(z.shape[-1])(hidden))"
CROSS_ATTENTION = "[z, encoder_outputs], mask=[None, encoder_mask]"
EMBEDDING = "keras.layers.Rescaling(dims**0.5)(keras.layers.Embedding(n_ids, dims)(ids))"
