"""Translation with an encoder and a decoder of LSTMs, from dates to ISO dates.

The encoder LSTM reads the date, and the decoder LSTM begins with the encoder's state. The model is
the exercise's, :func:`solutions.encoder_decoder.build_translator`. In training, the decoder reads
the right translation one step late (teacher forcing); alone, it reads what it has written.

Chapter 16, "An Encoder-Decoder Network for Neural Machine Translation".
"""

from tensorflow import keras

from solutions.models.dates import N_TRAIN, DateTask

MODULES = ("tokenizer", "encoder_decoder")


def train(run, options, components):
    """Train on random dates; as :func:`solutions.models.char_rnn.train`."""
    options = options.or_else(
        epochs=8, units=128, batch_size=32, learning_rate=0.003, limit=N_TRAIN
    )
    dates = DateTask(components)
    train, valid, test = dates.split(options.limit, options.seed)
    valid_data = dates.batches(valid, 250)

    settings = {**options.settings, "n_dates": options.limit}
    with run.start("translation", settings, f"{options.limit:,} random dates"):
        model = components.build_translator(
            dates.source_vocab_size, dates.target_vocab_size, units=options.units
        )
        adam = keras.optimizers.Adam(options.learning_rate)
        model.compile(loss="sparse_categorical_crossentropy", optimizer=adam, metrics=["accuracy"])
        for epoch in run.epochs(model, options.epochs):
            train_data = dates.batches(train, options.batch_size, seed=options.seed + epoch)
            model.fit(train_data, validation_data=valid_data, callbacks=run.callbacks, verbose=0)
        run.finish(model)
    return model, dates.report(model, run.history, test)
