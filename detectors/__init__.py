"""From pixels to lifts: pose, tracks, posture, lifts and technique."""
