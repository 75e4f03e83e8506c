"""The measurements of `yida bench`: compared in one run on the same recordings, so that ratios hold."""
