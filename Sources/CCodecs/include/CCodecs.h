#pragma once
int imgconv_placeholder_CCodecs(void);
