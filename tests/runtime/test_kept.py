"""What is made once and used again, within bounds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from numberline.kept import Kept


def test_each_key_is_made_once() -> None:
    made: list[int] = []

    def square(key: int) -> int:
        made.append(key)
        return key * key

    squares = Kept(square)
    assert [squares[key] for key in (3, 4, 3, 4, 3)] == [9, 16, 9, 16, 9]
    assert made == [3, 4]


def test_no_more_are_kept_than_allowed() -> None:
    doubled: Kept[int, int] = Kept(lambda key: 2 * key, most=10)

    assert [doubled[key] for key in range(1000)] == [2 * key for key in range(1000)]
    assert len(doubled) <= 10


def test_what_can_not_be_made_is_not_kept() -> None:
    numbers: Kept[str, int] = Kept(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            numbers["x"]
    assert not numbers


def test_threads_may_share_it() -> None:
    doubled: Kept[int, int] = Kept(lambda key: 2 * key, most=7)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda key: doubled[key % 20], range(20_000)))

    assert found == [2 * (key % 20) for key in range(20_000)]
    assert len(doubled) <= 7 + 8
