"""The exercise ``transformer``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="transformer",
    title="blocks of attention for encoder and decoder",
    section="The Transformer Architecture",
    points=20,
    defines=(
        "add_and_normalize",
        "feed_forward_block",
        "encoder_block",
        "decoder_block",
        "build_simple",
        "build_transformer",
    ),
    needs=("positional_encoding", "attention"),
    builds_on=("positional_encoding", "attention"),
    hints=(
        "Which three things does a block of the decoder look at, one after the other, and what "
        "must it not see of each?",
        "Write the blocks from the bottom up: add and normalize, the feed-forward block, then "
        "the encoder's block, and the decoder's with one more attention layer in between. The "
        "two builders are loops over them.",
        "The encoder's attention goes from z to z and hides padding. The decoder's first one "
        "goes from z to z and is causal; its second one goes from z to the encoder's outputs "
        "and hides the source's padding. Each time add what came in, and normalize.",
    ),
    groups=(
        Group("the blocks", 8),
        Group("the simple stack", 3, ("simple stack", "simple stacks")),
        Group("the transformer", 7, ("transformer", "transformers", "translation")),
        Group("what is refused", 2, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "When does your code notice a size that makes no sense: at the call, or somewhere in "
            "TensorFlow?",
            "Look at every size in the first lines of both builders, before any layer is made; "
            "then at dims and n_heads together.",
            "For each size below 1 raise a ValueError with its name and value, and another one "
            "with both names and values where the remainder of dims and n_heads is not 0.",
        ),
        Hint(
            ("mean_0", "came_in_is_added"),
            "Over which axis do you take mean and variance, and of what: of the new numbers or of "
            "the sum?",
            "Add first, then normalize. Keras has a layer for either step, and its layer "
            "normalization works on the last axis unless told otherwise.",
            "Send the sum of the two arguments through a new LayerNormalization layer, and give "
            "what comes out.",
        ),
        Hint(
            ("no_dropout",),
            "Which of your layers do something else in training than at rest?",
            "Dropout does, and so does batch normalization. The paper has dropout behind every "
            "layer, but this exercise goes without.",
            "Leave out all dropout, and normalize each step by itself with layer normalization.",
        ),
        Hint(
            ("sum_in_a_block",),
            "How many normalizations has each block, and how many layers did you make for them?",
            "A block normalizes behind each attention layer and in its feed-forward block. Each of "
            "these has a scale and an offset of its own.",
            "Make a new LayerNormalization for every sum, as add_and_normalize does at each call, "
            "and none besides.",
        ),
        Hint(
            ("feed_forward_block",),
            "How many kernels does the feed-forward block have, and behind which of them is the "
            "ReLU?",
            "A Dense layer works on the last axis, so it treats each step alone. The hidden one "
            "has the activation; the second one goes back to the size of z.",
            "The size to go back to is z.shape[-1]; then add_and_normalize with z and what the "
            "second Dense layer gives.",
        ),
        Hint(
            ("encoder_block",),
            "What are query and value where a text looks at itself, and which mask hides keys?",
            "MultiHeadAttention takes a list of inputs and a list of masks, one for each. The "
            "second mask is the one that counts.",
            "Inputs are z and z, masks are mask and mask (None will do inside the list). Then "
            "add and normalize with z, then the feed-forward block.",
        ),
        Hint(
            ("decoder_block", "attention_layers_that_they_need"),
            "The decoder's block has two attention layers: which of them may see all steps, and "
            "of what?",
            "The first looks at z and must not see later steps. The second has its query from the "
            "decoder and its value from the encoder, whose padding is hidden.",
            "First layer: causal=True, inputs z and z. Second layer: inputs are what the first "
            "step gave and encoder_outputs, masks are None and encoder_mask. Each time add and "
            "normalize.",
        ),
        Hint(
            ("shares_its_weights", "all_its_own"),
            "Where are your layers made: before the loop, or anew each time round?",
            "A layer that is called twice has the same weights both times. How the tests' layers "
            "were made is listed as [n_heads, causal] and [max_steps, dims].",
            "Make each layer where it is called, inside the block functions and inside the loops; "
            "only the embeddings come before. The decoder's embedding has one row more than V.",
        ),
        Hint(
            ("simple_stack",),
            "What is left of the chapter's code when each Attention layer is replaced by a "
            "MultiHeadAttention?",
            "One embedding and one PositionalEncoding for both texts; a loop for the encoder; a "
            "loop of pairs for the decoder; one Dense layer with a softmax. Nothing is added and "
            "nothing is normalized.",
            "The mask of the source is True where its ids are not 0, and goes to the encoder's "
            "layers and to the second one of each pair as the value mask. The first one of each "
            "pair is causal.",
        ),
        Hint(
            ("later_ids",),
            "Which layers of your decoder can carry something from step 3 to step 2?",
            "Only attention from the translation to itself can, and causal=True stops it. Look for "
            "other ways, such as a normalization over steps.",
            "Let the first attention layer of every decoder block be causal, and normalize over "
            "the last axis alone.",
        ),
        Hint(
            ("padding",),
            "Which attention layers have keys that come from the source?",
            "All of the encoder, and the second one in each decoder block: both need the source's "
            "mask, True where an id is not 0.",
            "Make the mask once from source_ids and hand it to every block; in the blocks it goes "
            "into the second place of the list of masks.",
        ),
        Hint(
            ("every_id", "without_positions", "id_0"),
            "Which ways lead from one id to the outputs, and does something on the way hide or "
            "mix up ids?",
            "Positions are added to both texts, and only the source has padding. The decoder's "
            "ids have no mask: 0 is an id there like others.",
            "Source: embed, scale, add positions, all encoder blocks. Translation: embed, scale, "
            "add positions, all decoder blocks with the last encoder block's outputs.",
        ),
        Hint(
            ("transformer",),
            "Do you follow the docstring's order: embed, scale, add positions, blocks, softmax?",
            "Two embeddings, of source_vocab_size rows and of V + 1 rows, both multiplied by the "
            "square root of dims before positions are added.",
            "All decoder blocks look at the outputs of the last encoder block. At the end there is "
            "one Dense layer of V units with a softmax, and the model's inputs are the two ids.",
        ),
    ),
)
