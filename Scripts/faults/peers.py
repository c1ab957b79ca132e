def table(): return 0
