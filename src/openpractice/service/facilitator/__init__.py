"""The facilitator's corner: sessions put out, hand-ins taken in, feedback returned."""
