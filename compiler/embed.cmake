# Writes a file as a C array: cmake -DINPUT=… -DOUTPUT=… -DNAME=… -P embed.cmake. No NUL behind it.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
get_filename_component(from ${INPUT} NAME)
file(WRITE ${OUTPUT} "/* ${from} as bytes; made by the build. */\nstatic const unsigned char ${NAME}[] = {${bytes}};\n")
