//! settings, each declared once
