# Debian packages by purpose; sourced by run and test.
BUILD_PACKAGES=(gcc libc6-dev cmake ninja-build pkg-config flex bison libsodium-dev libutf8proc-dev libjansson-dev libsqlite3-dev libminizip-dev zlib1g-dev libexpat1-dev libxlsxwriter-dev libpango1.0-dev libcairo2-dev fonts-noto-cjk python3)
TEST_PACKAGES=(clang libclang-rt-14-dev libcmocka-dev sqlite3 universal-ctags poppler-utils)
