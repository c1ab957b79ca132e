#pragma once
int imgconv_placeholder_CMicrokernels(void);
