//! float32 products for the CPU whose bits do not depend on what runs beside them
