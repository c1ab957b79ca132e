#include "CCodecs.h"
int imgconv_placeholder_CCodecs(void){return 0;}
