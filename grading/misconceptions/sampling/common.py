"""What the ways to draw from other probabilities share."""

from grading.misconceptions import changed


def over(reference, rescale_logits):
    """Both functions, where ids are drawn from the softmax of what this one gives."""

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        distribution = reference.tf.nn.softmax(rescale_logits(probabilities, temperature))
        return reference.sample_ids(distribution, 1.0, num_samples, seed)

    return changed(reference, rescale_logits=rescale_logits, sample_ids=sample_ids)
