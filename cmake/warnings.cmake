# Warnings, sanitizers and hardening as one interface target that every own target links privately, and the function that makes a folder a part.
add_library(mou_settings_common INTERFACE)
target_compile_definitions(mou_settings_common INTERFACE _POSIX_C_SOURCE=200809L MOU_BATCH_SUBJECTS=${MOU_BATCH_SUBJECTS}u)
target_compile_options(mou_settings_common INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wredundant-decls -Wnested-externs -Wundef -Wvla -Walloca -Wcast-align -Wcast-qual -Wpointer-arith
    -Wbad-function-cast -Wwrite-strings -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum -Wdouble-promotion -Wfloat-equal
    -Wnull-dereference -Wdate-time -Winit-self)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(mou_settings_common INTERFACE
        -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init -Warith-conversion -Wformat-signedness
        -Wformat-overflow=2 -Wstringop-overflow=4 -Warray-bounds=2 -Wshift-overflow=2
        -Wcast-align=strict -Wimplicit-fallthrough=5 -Wtrampolines -Wbidi-chars=any)
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
    target_compile_options(mou_settings_common INTERFACE
        -Wconditional-uninitialized -Wcomma -Wunreachable-code -Wmissing-variable-declarations -Wassign-enum -Wloop-analysis
        -Wshift-sign-overflow -Wextra-semi-stmt -Wunused-macros -Wnewline-eof)
endif()
if(MOU_WERROR)
    target_compile_options(mou_settings_common INTERFACE -Werror)
endif()
if(MOU_SANITIZE)
    target_compile_options(mou_settings_common INTERFACE -fsanitize=${MOU_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(mou_settings_common INTERFACE -fsanitize=${MOU_SANITIZE})
endif()
if(MOU_FUZZ)
    target_compile_options(mou_settings_common INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(mou_settings_common INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(MOU_COVERAGE)
    target_compile_options(mou_settings_common INTERFACE --coverage -O0)
    target_link_options(mou_settings_common INTERFACE --coverage)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(mou_settings_common INTERFACE
        -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=pattern)
    target_link_options(mou_settings_common INTERFACE -Wl,-z,relro,-z,now)
endif()

# The parts inside: frames stay small enough for any thread of a host program, except under sanitizers, which pad them.
add_library(mou_settings INTERFACE)
target_link_libraries(mou_settings INTERFACE mou_settings_common)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(mou_settings INTERFACE -Wformat-truncation=2)
    if(NOT MOU_SANITIZE)
        target_compile_options(mou_settings INTERFACE -Wstack-usage=16384)
    endif()
endif()

# The two outermost parts speak to people in two languages, so their formats come from a table; they hold buffers for files; and
# texts that do not fit a message are cut on purpose.
add_library(mou_settings_worded INTERFACE)
target_compile_options(mou_settings_worded INTERFACE -Wno-format-nonliteral)
add_library(mou_settings_outer INTERFACE)
target_link_libraries(mou_settings_outer INTERFACE mou_settings_common mou_settings_worded) # in this order: the last word counts

# mou_add_part(NAME [OUTER] [SOURCES file...] [INCLUDES folder...] [LIBRARIES target...]): the object library of the folder at
# hand. It sees the public headers, its own folder, and nothing else; what it may know of another part is named in INCLUDES.
function(mou_add_part name)
    cmake_parse_arguments(PART "OUTER" "" "LIBRARIES;INCLUDES;SOURCES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
    list(APPEND sources ${PART_SOURCES})
    add_library(mou_${name} OBJECT ${sources})
    target_include_directories(mou_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR} ${PART_INCLUDES})
    target_link_libraries(mou_${name} PRIVATE mou_settings$<$<BOOL:${PART_OUTER}>:_outer> ${PART_LIBRARIES})
endfunction()
