"""Training of the back-keypoint model: grow a stock pose model, mix the pictures, train, check."""
