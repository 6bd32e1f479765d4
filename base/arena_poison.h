/*
 * Marks memory as not to be touched where AddressSanitizer is built in, and does nothing elsewhere.
 * For arena.c and vec.c.
 */
#ifndef MOU_BASE_ARENA_POISON_H
#define MOU_BASE_ARENA_POISON_H

#if defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define MOU_HAS_ASAN 1
#    endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#    define MOU_HAS_ASAN 1
#endif

#ifdef MOU_HAS_ASAN
#    include <sanitizer/asan_interface.h>
#    define MOU_POISON(bytes, size)   ASAN_POISON_MEMORY_REGION((bytes), (size))
#    define MOU_UNPOISON(bytes, size) ASAN_UNPOISON_MEMORY_REGION((bytes), (size))
#    define MOU_RED_ZONE_BYTES        ((size_t)16)
#else
#    define MOU_POISON(bytes, size)   ((void)(bytes), (void)(size))
#    define MOU_UNPOISON(bytes, size) ((void)(bytes), (void)(size))
#    define MOU_RED_ZONE_BYTES        ((size_t)0)
#endif

#endif
