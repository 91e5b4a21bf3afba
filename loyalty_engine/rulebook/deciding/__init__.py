"""A decision in the making: which rules match, what they bring, what stays when a part is kept."""
