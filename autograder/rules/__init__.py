"""What each chapter asks: one module a chapter, one function a clause."""
