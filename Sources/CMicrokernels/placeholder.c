#include "CMicrokernels.h"
int imgconv_placeholder_CMicrokernels(void){return 0;}
