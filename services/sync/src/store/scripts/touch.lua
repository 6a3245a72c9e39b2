renew()
return 1
