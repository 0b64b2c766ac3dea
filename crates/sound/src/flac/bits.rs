//! Bits in a row, the highest first.

use crc::{CRC_8_SMBUS, CRC_16_UMTS, Crc};

/// The sums of a frame's header and of the whole frame (RFC 9639, 9.1.8 and 9.3): x^8 + x^2 + x + 1, and
/// x^16 + x^15 + x^2 + 1, both from 0.
const CRC8: Crc<u8> = Crc::<u8>::new(&CRC_8_SMBUS);
const CRC16: Crc<u16> = Crc::<u16>::new(&CRC_16_UMTS);

#[derive(Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Bits that fill no byte yet, and how many.
    rest: u64,
    count: u32,
}

impl Bits {
    /// The lowest `width` bits of a number, 0..=32.
    pub fn put(&mut self, value: u32, width: u32) {
        let value = u64::from(value) & ((1 << width) - 1);
        self.rest = self.rest << width | value;
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.rest >> self.count) as u8);
        }
        self.rest &= (1 << self.count) - 1;
    }

    /// So many zeros and a one.
    pub fn put_unary(&mut self, mut zeros: u32) {
        while zeros >= 32 {
            self.put(0, 32);
            zeros -= 32;
        }
        self.put(1, zeros + 1);
    }

    /// A frame's number, written as a letter is in UTF-8, with up to six bytes.
    pub fn put_number(&mut self, number: u32) {
        let number = number & 0x7FFF_FFFF;
        let more = (1..6u32).find(|more| number < 1 << (5 * more + 6)).unwrap_or(5);
        if number < 0x80 {
            return self.put(number, 8);
        }
        let mark = 0xFF << (7 - more) & 0xFF;
        self.put(mark | number >> (6 * more), 8);
        for part in (0..more).rev() {
            self.put(0x80 | number >> (6 * part) & 0x3F, 8);
        }
    }

    /// Zeros up to the next byte.
    pub fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }

    /// All whole bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn crc8(&self) -> u8 {
        CRC8.checksum(&self.bytes)
    }

    pub fn crc16(&self) -> u16 {
        CRC16.checksum(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_letters() {
        for number in [0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xFFFF, 0x10000, 0x10_FFFF] {
            let mut bits = Bits::default();
            bits.put_number(number);
            let letter = char::from_u32(number).unwrap().to_string();
            assert_eq!(bits.bytes(), letter.as_bytes(), "{number:x}");
        }
        let mut bits = Bits::default();
        bits.put_number(0x20_0000);
        assert_eq!(bits.bytes(), [0xF8, 0x88, 0x80, 0x80, 0x80]);
    }

    #[test]
    fn bits_stand_in_a_row() {
        let mut bits = Bits::default();
        bits.put(0b101, 3);
        bits.put_unary(40);
        bits.put(0xFFFF_FFFF, 32);
        bits.align();
        assert_eq!(bits.bytes(), [0b1010_0000, 0, 0, 0, 0, 0b0001_1111, 255, 255, 255, 0b1111_0000]);
    }
}
