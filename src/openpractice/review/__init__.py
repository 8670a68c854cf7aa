"""Reading what was handed in: the queue, the rubric, agreement, calibration."""
